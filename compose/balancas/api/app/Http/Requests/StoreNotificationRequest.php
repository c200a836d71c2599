<?php

namespace App\Http\Requests;

use Illuminate\Foundation\Http\FormRequest;

class StoreNotificationRequest extends FormRequest
{
    public function rules(): array
    {
        return [
            'message' => ['required', 'string', 'max:500'],
            'channels' => ['array'],
            'channels.*' => ['in:public,private'],
            'urgent' => ['boolean'],
        ];
    }
}
