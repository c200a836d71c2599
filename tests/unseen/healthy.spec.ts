import { diagnoseEach } from './run.ts';
import { healthy } from './systems/healthy.ts';

diagnoseEach(healthy);
