<?php

namespace App\Http\Controllers;

use App\Models\Scale;
use Illuminate\Http\JsonResponse;

class DashboardController
{
    public function __invoke(): JsonResponse
    {
        $byStatus = Scale::query()->selectRaw('status, count(*) as total')->groupBy('status')->pluck('total', 'status');

        return response()->json([
            'scales' => $byStatus->sum(),
            'calibrated' => $byStatus['calibrated'] ?? 0,
            'due' => $byStatus['due'] ?? 0,
            'in_maintenance' => $byStatus['in_maintenance'] ?? 0,
        ]);
    }
}
