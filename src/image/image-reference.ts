import { AppError } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';

/*
 * The grammar of image references: an optional registry host with port, path components in lower case, an optional tag and
 * an optional digest. https://github.com/distribution/reference
 */
const hostPart = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const host = `(?:${hostPart}(?:\\.${hostPart})*|\\[[0-9a-fA-F:]+\\])(?::[0-9]+)?`;
const pathPart = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const name = `(?:${host}/)?${pathPart}(?:/${pathPart})*`;
const tag = ':[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}';
const digest = '@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';

const reference = new RegExp(`^${name}(?:${tag})?(?:${digest})?$`);
const taggedName = new RegExp(`^${name}(?:${tag})?$`);
const maxNameLength = 255;

/** Whether the text names an image, as in `debian:bookworm-slim` or `ghcr.io/team/base@sha256:…`. */
export function isImageReference(text: string): boolean {
  return text.length <= maxNameLength && reference.test(text);
}

/**
 * Requires the name of a base image.
 *
 * @throws AppError `usage`
 */
export function requireBaseImage(text: string): string {
  if (isImageReference(text)) return text;
  throw new AppError(failures.usage.baseName, `The base image ${JSON.stringify(text)} is not an image name.`);
}

/**
 * Requires a name that an image can be given; without a tag it is `latest`.
 *
 * @throws AppError `usage`
 */
export function requireImageTag(text: string): string {
  if (text.length > maxNameLength || !taggedName.test(text))
    throw new AppError(failures.usage.imageName, `${JSON.stringify(text)} cannot be the name of an image.`);
  return text.includes(':', text.lastIndexOf('/') + 1) ? text : `${text}:latest`;
}
