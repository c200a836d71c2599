import { diagnoseEach } from './run.ts';
import { tlsEnds } from './systems/tls-ends.ts';

diagnoseEach(tlsEnds);
