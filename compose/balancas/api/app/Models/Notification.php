<?php

namespace App\Models;

use Illuminate\Database\Eloquent\Builder;
use Illuminate\Database\Eloquent\Model;

/** A line in the notification list: for one user, or (no user) an announcement to everybody. */
class Notification extends Model
{
    protected $fillable = ['user_id', 'message', 'read_at'];

    protected $casts = ['read_at' => 'datetime'];

    public function scopeVisibleTo(Builder $query, User $user): void
    {
        $query->where(fn (Builder $either) => $either->whereNull('user_id')->orWhere('user_id', $user->id));
    }
}
