<?php

namespace App\Events;

use App\Http\Resources\NotificationResource;
use App\Models\Notification;
use Illuminate\Broadcasting\PrivateChannel;
use Illuminate\Contracts\Broadcasting\ShouldBroadcast;

/** A notification to one user, on the user's private channel. The queue worker sends it. */
class NotificationReceived implements ShouldBroadcast
{
    public function __construct(private readonly int $userId, private readonly array $item)
    {
    }

    public static function from(Notification $notification): static
    {
        return new static($notification->user_id, NotificationResource::make($notification)->resolve());
    }

    public function broadcastOn(): PrivateChannel
    {
        return new PrivateChannel("users.{$this->userId}");
    }

    public function broadcastAs(): string
    {
        return 'notification.received';
    }

    public function broadcastWith(): array
    {
        return $this->item;
    }
}
