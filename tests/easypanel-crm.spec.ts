import { suite } from 'sintoma/playwright';

await suite('easypanel-crm');
