import { diagnoseEach } from './run.ts';
import { blindFourBroken } from './systems/blind-four-broken.ts';
import { blindFourHealthy } from './systems/blind-four-healthy.ts';

diagnoseEach([...blindFourBroken, ...blindFourHealthy]);
