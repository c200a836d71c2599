import { diagnoseEach } from './run.ts';
import { edges } from './systems/edges.ts';

diagnoseEach(edges);
