import { balancas } from './balancas.ts';
import { easypanelCrm } from './easypanel-crm.ts';
import { gateways } from './gateways.ts';
import type { Mutation } from './mutation.ts';
import { renum } from './renum.ts';
import { veloflux } from './veloflux.ts';

export const MUTATIONS: readonly Mutation[] = [...balancas, ...easypanelCrm, ...gateways, ...renum, ...veloflux];
