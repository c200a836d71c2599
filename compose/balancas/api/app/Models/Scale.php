<?php

namespace App\Models;

use Illuminate\Database\Eloquent\Model;

/** A weighing scale that the workshop looks after. */
class Scale extends Model
{
    public $timestamps = false;

    protected $fillable = ['serial', 'status'];
}
