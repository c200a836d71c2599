<?php

namespace App\Http\Controllers;

use App\Models\User;
use Illuminate\Auth\AuthenticationException;
use Illuminate\Http\JsonResponse;
use Illuminate\Http\Request;
use Illuminate\Support\Facades\Hash;

class LoginController
{
    public function __invoke(Request $request): JsonResponse
    {
        $credentials = $request->validate([
            'email' => ['required', 'string'],
            'password' => ['required', 'string'],
        ]);

        $user = User::firstWhere('email', $credentials['email']);

        if ($user === null || ! Hash::check($credentials['password'], $user->password)) {
            throw new AuthenticationException('E-mail ou senha inválidos.');
        }

        // The laboratory's tokens are fixed, so that a test can be signed in without a login.
        return response()->json([
            'token' => "{$user->id}|".config('auth.demo_token'),
            'user' => ['id' => $user->id, 'name' => $user->name, 'email' => $user->email],
        ]);
    }
}
