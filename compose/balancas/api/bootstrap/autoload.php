<?php

// What `composer dump-autoload` would write: Debian's loaders for the framework and its
// dependencies, and PSR-4 for this application and for the stand-in of pusher/pusher-php-server.

require '/usr/share/php/Illuminate/autoload.php';
require_once '/usr/share/php/GuzzleHttp/autoload.php';

spl_autoload_register(static function (string $class): void {
    $folders = [
        'App\\' => __DIR__.'/../app/',
        'Database\\Seeders\\' => __DIR__.'/../database/seeders/',
        'Pusher\\' => __DIR__.'/../pusher/',
    ];

    foreach ($folders as $prefix => $folder) {
        if (str_starts_with($class, $prefix)) {
            $file = $folder.str_replace('\\', '/', substr($class, strlen($prefix))).'.php';

            if (is_file($file)) {
                require $file;
            }
        }
    }
});
