<?php

namespace App\Http\Controllers;

use App\Events\AnnouncementPublished;
use App\Events\NotificationReceived;
use App\Events\UrgentAnnouncementPublished;
use App\Events\UrgentNotificationReceived;
use App\Http\Requests\StoreNotificationRequest;
use App\Http\Resources\NotificationResource;
use App\Models\Notification;
use Illuminate\Http\JsonResponse;
use Illuminate\Http\Request;
use Illuminate\Http\Resources\Json\AnonymousResourceCollection;
use Illuminate\Http\Response;

class NotificationController
{
    private const LISTED = 50;

    public function index(Request $request): AnonymousResourceCollection
    {
        $newest = Notification::visibleTo($request->user())->latest('id')->limit(self::LISTED)->get();

        return NotificationResource::collection($newest);
    }

    public function unreadCount(Request $request): JsonResponse
    {
        $count = Notification::visibleTo($request->user())->whereNull('read_at')->count();

        return response()->json(['unread_count' => $count]);
    }

    /** Stores the notification first: what no socket delivers is still there after a reload. */
    public function store(StoreNotificationRequest $request): JsonResponse
    {
        $input = $request->validated();

        $notifications = collect($input['channels'] ?? ['public', 'private'])->unique()->map(
            fn (string $channel) => Notification::create([
                'user_id' => $channel === 'public' ? null : $request->user()->id,
                'message' => $input['message'],
            ])
        );

        $urgent = $input['urgent'] ?? false;
        $announcement = $urgent ? UrgentAnnouncementPublished::class : AnnouncementPublished::class;
        $personal = $urgent ? UrgentNotificationReceived::class : NotificationReceived::class;

        foreach ($notifications as $notification) {
            event($notification->user_id === null ? $announcement::from($notification) : $personal::from($notification));
        }

        return NotificationResource::collection($notifications->values())->response()->setStatusCode(201);
    }

    public function markAllRead(Request $request): Response
    {
        Notification::visibleTo($request->user())->whereNull('read_at')->update(['read_at' => now()]);

        return response()->noContent();
    }
}
