<?php

use Monolog\Formatter\LineFormatter;
use Monolog\Handler\StreamHandler;

return [
    'default' => 'stderr',
    'channels' => [
        'stderr' => [
            'driver' => 'monolog',
            'level' => env('LOG_LEVEL', 'debug'),
            'handler' => StreamHandler::class,
            'with' => ['stream' => 'php://stderr'],
            // One line a message, without the stack traces that the context carries.
            'formatter' => LineFormatter::class,
            'formatter_with' => ['format' => "[%datetime%] %channel%.%level_name%: %message%\n", 'allowInlineLineBreaks' => true],
        ],
    ],
];
