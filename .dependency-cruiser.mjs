// The layers of harness/: a folder imports those below it, never one above. `npm run lint` enforces it, and
// `npm run docs:layers` draws docs/layers.md from the same list.
/** From the ground up. Folders of one layer do not import each other. */
export const LAYERS = [
  ['common'],
  ['document'],
  ['causes', 'browser', 'topology'],
  ['delivery', 'diagnosis'],
  ['scenario', 'probes'],
  ['visit', 'capture'],
  ['investigation'],
  ['result'],
  ['suite', 'page'],
  ['setup', 'report', 'init'],
  ['runner', 'fixture'],
  ['cli', 'bench'],
];

const at = (folder) => `^harness/${folder}/`;
const any = (folders) => `^harness/(${folders.join('|')})/`;
const entries = '^harness/(index|playwright|diagnose)\\.ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    { name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
    ...LAYERS.flatMap((layer, index) =>
      layer.map((folder) => {
        const above = [...LAYERS.slice(index + 1).flat(), ...layer.filter((other) => other !== folder)];
        return {
          name: `${folder}-imports-only-below`,
          severity: 'error',
          from: { path: at(folder) },
          to: { path: above.length > 0 ? `${any(above)}|${entries}` : entries },
        };
      }),
    ),
    {
      name: 'every-folder-has-a-layer',
      comment: 'name a new folder of harness/ in LAYERS',
      severity: 'error',
      from: { path: '^harness/[^/]+/', pathNot: any(LAYERS.flat()) },
      to: {},
    },
    {
      name: 'scenarios-use-the-public-entries',
      comment: "as a project elsewhere would: import from 'sintoma' or 'sintoma/playwright'",
      severity: 'error',
      from: { path: '^(scenarios/|tests/[^/]+\\.spec\\.ts$)' },
      to: { path: '^harness/', pathNot: entries },
    },
    {
      name: 'harness-knows-no-project',
      severity: 'error',
      from: { path: '^harness/' },
      to: { path: '^(scenarios|tests|compose)/' },
    },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|reports|node_modules/\\.cache)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
