import type { Rule } from '../context.ts';
import { backendRules } from './backend.ts';
import { deliveryRules } from './delivery.ts';
import { networkRules } from './network.ts';
import { pageRules } from './page.ts';
import { policyRules } from './policy.ts';
import { proxyRules } from './proxy.ts';

/** All rules, hop by hop. */
export const RULES: readonly Rule[] = [
  ...pageRules,
  ...networkRules,
  ...proxyRules,
  ...backendRules,
  ...policyRules,
  ...deliveryRules,
];
