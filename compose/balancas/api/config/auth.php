<?php

return [
    'defaults' => ['guard' => 'api'],
    'guards' => [
        'api' => ['driver' => 'token', 'provider' => 'users', 'hash' => true],
    ],
    'providers' => [
        'users' => ['driver' => 'eloquent', 'model' => App\Models\User::class],
    ],

    // A token is "<user id>|<this>"; a test puts it into the page's localStorage.
    'demo_token' => 'demo-token',
];
