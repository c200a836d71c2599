<?php

namespace Pusher;

/** The broker refused the event, or could not be reached at all. */
class ApiErrorException extends PusherException
{
}
