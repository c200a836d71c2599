// Uses `sintoma/diagnose` as a program of one's own does.
import { CAUSES, diagnose, type Diagnosis } from 'sintoma/diagnose';

const diagnosis: Diagnosis = await diagnose(process.argv[2] ?? 'http://127.0.0.1/', { timeoutMs: 20_000 });
console.log(JSON.stringify({ verdict: diagnosis.verdict, repair: diagnosis.cause && CAUSES[diagnosis.cause].repair }));
