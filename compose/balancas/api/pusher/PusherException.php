<?php

namespace Pusher;

class PusherException extends \Exception
{
}
