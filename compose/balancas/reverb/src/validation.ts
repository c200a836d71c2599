// The publish requests' validation, with the texts of the real answers.

export type Problems = Record<string, string[]>;
type Fields = Record<string, unknown>;

export const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

const isEmpty = (value: unknown) =>
  value === undefined ||
  value === null ||
  (typeof value === 'string' && value.trim() === '') ||
  (isFields(value) && Object.keys(value).length === 0);

/** Collects the problems of one set of fields; `prefix` is put before every name that is reported. */
class Checker {
  readonly problems: Problems = {};
  readonly #fields: Fields;
  readonly #prefix: string;

  constructor(fields: Fields, prefix = '') {
    this.#fields = fields;
    this.#prefix = prefix;
  }

  requiredText(name: string): void {
    if (isEmpty(this.#fields[name])) this.#report(name, 'field is required.');
    else this.optionalText(name);
  }

  optionalText(name: string): void {
    if (name in this.#fields && typeof this.#fields[name] !== 'string') this.#report(name, 'field must be a string.');
  }

  requiredWithout(name: string, other: string, type: 'array' | 'string'): void {
    const value = this.#fields[name];
    if (isEmpty(value) && isEmpty(this.#fields[other])) {
      this.#report(name, `field is required when ${other} is not present.`);
    } else if (type === 'string') {
      this.optionalText(name);
    } else if (name in this.#fields && !isFields(value)) {
      this.#report(name, 'field must be an array.');
    }
  }

  #report(name: string, problem: string): void {
    const field = `${this.#prefix}${name}`;
    this.problems[field] = [`The ${field.replaceAll('_', ' ')} ${problem}`];
  }
}

export function problemsOfEvent(event: Fields): Problems {
  const checker = new Checker(event);
  checker.requiredText('name');
  checker.requiredText('data');
  checker.requiredWithout('channels', 'channel', 'array');
  checker.requiredWithout('channel', 'channels', 'string');
  checker.optionalText('socket_id');
  checker.optionalText('info');
  return checker.problems;
}

export function problemsOfBatch(request: Fields): Problems {
  if (isEmpty(request.batch)) return { batch: ['The batch field is required.'] };
  if (!Array.isArray(request.batch)) return { batch: ['The batch field must be an array.'] };
  const found = request.batch.map((item: unknown, index) => {
    const checker = new Checker(isFields(item) ? item : {}, `batch.${index}.`);
    checker.requiredText('name');
    checker.requiredText('data');
    checker.requiredText('channel');
    checker.optionalText('socket_id');
    checker.optionalText('info');
    return checker.problems;
  });
  return Object.assign({}, ...found) as Problems;
}
