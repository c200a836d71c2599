<?php

namespace App\Events;

use Illuminate\Contracts\Broadcasting\ShouldBroadcastNow;

/** Does not wait for the worker: a broker that cannot be reached fails the request itself. */
class UrgentAnnouncementPublished extends AnnouncementPublished implements ShouldBroadcastNow
{
}
