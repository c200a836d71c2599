<?php

return [
    'default' => 'sqlite',
    'connections' => [
        'sqlite' => [
            'driver' => 'sqlite',
            'database' => env('DB_DATABASE', '/data/balancas.sqlite'),
            'prefix' => '',
            'foreign_key_constraints' => true,
            // The API and the queue worker write to one file: wait for each other.
            'options' => [PDO::ATTR_TIMEOUT => 10],
        ],
    ],
    'migrations' => 'migrations',
];
