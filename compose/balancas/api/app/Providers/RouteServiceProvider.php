<?php

namespace App\Providers;

use Illuminate\Foundation\Support\Providers\RouteServiceProvider as ServiceProvider;
use Illuminate\Support\Facades\Broadcast;
use Illuminate\Support\Facades\Route;

class RouteServiceProvider extends ServiceProvider
{
    public function boot(): void
    {
        $this->routes(function () {
            // The health route lies at the root, so /api/v1/up does not exist.
            Route::get('/up', fn () => response()->json(['status' => 'up']));

            Route::middleware('api')->prefix('api/v1')->group(base_path('routes/api.php'));

            Broadcast::routes(['middleware' => ['api', 'auth:api']]);
            require base_path('routes/channels.php');
        });
    }
}
