<?php

namespace App\Http\Controllers;

use App\Events\AnnouncementPublished;
use App\Events\NotificationReceived;
use App\Events\UrgentAnnouncementPublished;
use App\Events\UrgentNotificationReceived;
use App\Models\Notification;
use Illuminate\Http\JsonResponse;
use Illuminate\Http\Request;
use Illuminate\Http\Response;

class NotificationController
{
    private const LISTED = 50;

    public function index(Request $request): JsonResponse
    {
        $newest = Notification::visibleTo($request->user())->latest('id')->limit(self::LISTED)->get();

        return response()->json(['data' => $newest->map->toItem()]);
    }

    public function unreadCount(Request $request): JsonResponse
    {
        $count = Notification::visibleTo($request->user())->whereNull('read_at')->count();

        return response()->json(['unread_count' => $count]);
    }

    /** Stores the notification first: what no socket delivers is still there after a reload. */
    public function store(Request $request): JsonResponse
    {
        $input = $request->validate([
            'message' => ['required', 'string', 'max:500'],
            'channels' => ['array'],
            'channels.*' => ['in:public,private'],
            'urgent' => ['boolean'],
        ]);

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

        return response()->json(['data' => $notifications->map->toItem()->values()], 201);
    }

    public function markAllRead(Request $request): Response
    {
        Notification::visibleTo($request->user())->whereNull('read_at')->update(['read_at' => now()]);

        return response()->noContent();
    }
}
