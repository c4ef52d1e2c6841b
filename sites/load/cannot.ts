/** Something outside our power: a file that cannot be read, a port that is taken. One line that says what to do; exit 2. */
export class CannotLook extends Error {}

/** A system error in words: what could not be done to which path, and the mend. */
export function cannot(action: string, path: string, error: unknown): CannotLook {
  const { code, message } = error as NodeJS.ErrnoException;
  return new CannotLook(`cannot ${action} ${path}: ${REASONS[code ?? ''] ?? message}`);
}

const REASONS: Record<string, string> = {
  EACCES: 'you have no permission; change its owner or mode, or name another place',
  EPERM: 'you have no permission; change its owner or mode, or name another place',
  EROFS: 'the file system is read-only; name another place',
  ENOENT: 'it does not exist',
  ENOTDIR: 'a part of the path is a file, not a folder; remove it or name another place',
  EEXIST: 'a file stands in its place; remove it or name another place',
  EISDIR: 'it is a folder, not a file',
  ENOSPC: 'the disk is full; make room and run it again',
  EDQUOT: 'your quota is used up; make room and run it again',
};
