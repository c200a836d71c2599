import { suite } from '../harness/suite/suite.ts';

await suite('veloflux');
