// The layers of harness/: a folder imports those below it, never one above. `npm run lint` enforces it, and
// `npm run docs:layers` draws docs/layers.md from the same list.
/** From the ground up. Folders of one floor do not import each other. */
export const FLOORS = [
  ['common'],
  ['causes', 'browser', 'topology'],
  ['delivery', 'diagnosis'],
  ['scenario', 'probes'],
  ['visit'],
  ['investigation'],
  ['suite'],
  ['setup', 'report'],
  ['runner'],
  ['cli', 'bench'],
];

const at = (folder) => `^harness/${folder}/`;
const any = (folders) => `^harness/(${folders.join('|')})/`;
const doors = '^harness/(index|playwright|diagnose)\\.ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    { name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
    ...FLOORS.flatMap((floor, index) =>
      floor.map((folder) => {
        const above = [...FLOORS.slice(index + 1).flat(), ...floor.filter((other) => other !== folder)];
        return {
          name: `${folder}-imports-only-below`,
          severity: 'error',
          from: { path: at(folder) },
          to: { path: above.length > 0 ? `${any(above)}|${doors}` : doors },
        };
      }),
    ),
    {
      name: 'every-folder-has-a-floor',
      comment: 'name a new folder of harness/ in FLOORS',
      severity: 'error',
      from: { path: '^harness/[^/]+/', pathNot: any(FLOORS.flat()) },
      to: {},
    },
    {
      name: 'scenarios-use-the-doors',
      comment: "as a project elsewhere would: import from 'sintoma' or 'sintoma/playwright'",
      severity: 'error',
      from: { path: '^(scenarios/|tests/[^/]+\\.spec\\.ts$)' },
      to: { path: '^harness/', pathNot: doors },
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
