/** Files of a zip archive, read one by one and never more of them than fits. */
import { unzipSync } from 'fflate';

/** An archive cannot be read, or holds more than is read of one. */
export class ArchiveError extends Error {}

/** What is read of one archive in all, unpacked, in bytes. A trace with snapshots of a long test has some ten million. */
const MOST = 400_000_000;

/** The files of an archive by name. */
export class Archive {
  private read = 0;

  constructor(private readonly data: Uint8Array) {}

  /** The names of the files. @throws ArchiveError when it is no zip archive, or a damaged one */
  names(): string[] {
    const names: string[] = [];
    this.unzip((name) => {
      names.push(name);
      return false;
    });
    return names;
  }

  /**
   * The text of a file; undefined where there is none.
   *
   * @param most bytes; a longer file counts as none, unless it is wanted whole
   * @throws ArchiveError when it is damaged, or the archive holds too much
   */
  text(name: string, most = Infinity): string | undefined {
    const files = this.unzip((one, size) => {
      if (one !== name || size > most) return false;
      this.read += size;
      if (this.read > MOST)
        throw new ArchiveError(`unpacked it is longer than ${MOST / 1e6} MB, which is more than is read`);
      return true;
    });
    const file = files[name];
    return file === undefined ? undefined : new TextDecoder().decode(file);
  }

  private unzip(wanted: (name: string, size: number) => boolean): Record<string, Uint8Array> {
    try {
      return unzipSync(this.data, { filter: ({ name, originalSize }) => wanted(name, originalSize) });
    } catch (error) {
      if (error instanceof ArchiveError) throw error;
      throw new ArchiveError(`it is no zip archive, or a damaged one: ${(error as Error).message}`);
    }
  }
}
