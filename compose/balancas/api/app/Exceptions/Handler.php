<?php

namespace App\Exceptions;

use Illuminate\Foundation\Exceptions\Handler as ExceptionHandler;
use Throwable;

class Handler extends ExceptionHandler
{
    /**
     * Every answer is JSON, whatever the client accepts: curl and pusher-js send `Accept: *\/*`, for
     * which the framework would look for a login page to redirect to and answer 500 instead of 401.
     */
    protected function shouldReturnJson($request, Throwable $e): bool
    {
        return true;
    }
}
