<?php

namespace Database\Seeders;

use App\Models\Notification;
use App\Models\Scale;
use App\Models\User;
use Illuminate\Database\Seeder;
use Illuminate\Support\Facades\Hash;

class DatabaseSeeder extends Seeder
{
    private const SCALES = ['calibrated' => 31, 'due' => 6, 'in_maintenance' => 3];

    public function run(): void
    {
        $user = new User(['name' => 'Ana Demonstração', 'email' => 'demo@balancas.example', 'password' => Hash::make('demo')]);
        $user->id = 1;
        $user->api_token = hash('sha256', '1|'.config('auth.demo_token'));
        $user->save();

        $serial = 0;

        foreach (self::SCALES as $status => $count) {
            for ($i = 0; $i < $count; $i++) {
                Scale::create(['serial' => sprintf('BAL-%04d', ++$serial), 'status' => $status]);
            }
        }

        Notification::create(['message' => 'Manutenção programada para sábado às 22h.']);
        Notification::create(['user_id' => $user->id, 'message' => 'A calibração da balança BAL-0032 vence em 3 dias.']);
    }
}
