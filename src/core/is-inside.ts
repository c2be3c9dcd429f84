import path from 'node:path';

/** Whether a path is that of a folder, or of something in it, as they are written: links are not followed. */
export function isInside(inner: string, folder: string): boolean {
  const relative = path.relative(folder, inner);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}
