<?php

namespace App\Http\Controllers;

use App\Http\Requests\LoginRequest;
use App\Models\User;
use Illuminate\Auth\AuthenticationException;
use Illuminate\Http\JsonResponse;
use Illuminate\Support\Facades\Hash;

class LoginController
{
    public function __invoke(LoginRequest $request): JsonResponse
    {
        $credentials = $request->validated();
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
