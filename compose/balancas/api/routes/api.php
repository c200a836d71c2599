<?php

use App\Http\Controllers\DashboardController;
use App\Http\Controllers\LoginController;
use App\Http\Controllers\NotificationController;
use Illuminate\Support\Facades\Route;

Route::post('/login', LoginController::class);

Route::middleware('auth:api')->group(function () {
    Route::get('/dashboard-stats', DashboardController::class);

    Route::controller(NotificationController::class)->prefix('notifications')->group(function () {
        Route::get('/', 'index');
        Route::post('/', 'store');
        Route::get('/unread-count', 'unreadCount');
        Route::post('/read', 'markAllRead');
    });
});
