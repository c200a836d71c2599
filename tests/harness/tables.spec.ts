// The decision tables of the diagnosis: each combination of facts has exactly one row, and less knowledge never leads
// to another answer.
import { expect, test } from '@playwright/test';
import { CAUSES } from '../../harness/diagnosis/causes/index.ts';
import { gatewayError } from '../../harness/diagnosis/families/gateway-error.ts';
import { lostMessageTable } from '../../harness/diagnosis/families/lost-message.ts';
import { plainHandshakeTable } from '../../harness/diagnosis/families/plain-handshake.ts';
import { fits, type Row, type Table } from '../../harness/diagnosis/families/table.ts';

type Facts = Readonly<Record<string, string | undefined>>;
type Form = Pick<Table<never>, 'columns'> & { rows: readonly Pick<Row<never>, 'when' | 'cause' | 'alike'>[] };

/** Every combination of the values of the columns. */
function combinations({ columns }: Form): Facts[] {
  return Object.entries(columns).reduce<Facts[]>(
    (facts, [name, { values }]) => facts.flatMap((known) => values.map((value) => ({ ...known, [name]: value }))),
    [{}],
  );
}

const causesLeft = ({ rows }: Form, facts: Facts): string[] => [
  ...new Set(rows.filter((row) => fits(row, facts)).map(({ cause }) => cause)),
];

const tables: Record<string, Form> = {
  'gateway errors': gatewayError,
  'lost messages': lostMessageTable,
  'handshakes answered like plain requests': plainHandshakeTable,
};

for (const [name, table] of Object.entries(tables)) {
  test.describe(name, () => {
    test('every combination of facts has exactly one row', () => {
      for (const facts of combinations(table)) {
        const rows = table.rows.filter((row) => fits(row, facts));
        expect(rows, `${rows.length === 0 ? 'gap' : 'overlap'}: ${JSON.stringify(facts)}`).toHaveLength(1);
      }
    });

    test('without any one fact the same cause is left, or several', () => {
      for (const facts of combinations(table)) {
        const [cause] = causesLeft(table, facts);
        for (const missing of Object.keys(facts))
          expect(causesLeft(table, { ...facts, [missing]: undefined }), JSON.stringify(facts)).toContain(cause);
      }
    });

    test('rows name only values of the columns, and every cause of the table is examined by it', () => {
      for (const { when, cause, alike = [] } of table.rows) {
        for (const [column, wanted] of Object.entries(when))
          for (const value of [wanted].flat()) expect(table.columns[column]?.values, column).toContain(value);
        for (const id of [cause, ...alike])
          expect(CAUSES[id].examineTarget ?? CAUSES[id].examineVisit, id).toBeDefined();
      }
    });
  });
}
