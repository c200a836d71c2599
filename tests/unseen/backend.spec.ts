import { diagnoseEach } from './run.ts';
import { backends } from './systems/backend.ts';

diagnoseEach(backends);
