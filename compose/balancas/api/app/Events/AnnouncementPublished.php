<?php

namespace App\Events;

use App\Http\Resources\NotificationResource;
use App\Models\Notification;
use Illuminate\Broadcasting\Channel;
use Illuminate\Contracts\Broadcasting\ShouldBroadcast;

/** A notification to everybody, on a public channel. The queue worker sends it. */
class AnnouncementPublished implements ShouldBroadcast
{
    public function __construct(private readonly array $item)
    {
    }

    public static function from(Notification $notification): static
    {
        return new static(NotificationResource::make($notification)->resolve());
    }

    public function broadcastOn(): Channel
    {
        return new Channel('announcements');
    }

    public function broadcastAs(): string
    {
        return 'announcement.published';
    }

    public function broadcastWith(): array
    {
        return $this->item;
    }
}
