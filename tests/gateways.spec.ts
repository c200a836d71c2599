import { suite } from 'sintoma/playwright';

await suite('gateways');
