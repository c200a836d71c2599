import { suite } from '../harness/suite/suite.ts';

await suite('easypanel-crm');
