import { findNodeAtLocation, parseTree, visit, type FormattingOptions, type Node } from 'jsonc-parser';

/**
 * Adds a property at the end of an object that has a comment after its last property, and leaves the comment where it is;
 * the library would put the new property between the two.
 *
 * @returns `undefined` when there is no such object or comment
 */
export function appendProperty(
  json: string,
  path: readonly string[],
  key: string,
  value: unknown,
  style: FormattingOptions,
): string | undefined {
  const tree = parseTree(json, [], { allowTrailingComma: true });
  const object = tree && findNodeAtLocation(tree, [...path]);
  const last = object?.type === 'object' ? object.children?.at(-1) : undefined;
  if (object === undefined || last === undefined || hasProperty(object, key)) return undefined;
  const end = last.offset + last.length;
  const tail = json.slice(end, object.offset + object.length - 1);
  const { hasComma, hasComment } = contentBetween(json, end, end + tail.length);
  if (!hasComment) return undefined;
  const { eol = '\n' } = style;
  const unit = style.insertSpaces === true ? ' '.repeat(style.tabSize ?? 2) : '\t';
  const indent = unit.repeat(path.length + 1);
  const property = `${JSON.stringify(key)}: ${JSON.stringify(value, undefined, unit).replaceAll('\n', `${eol}${indent}`)}`;
  const kept = tail.trimEnd();
  const closing = json.slice(end + tail.length);
  return `${json.slice(0, end)}${hasComma ? '' : ','}${kept}${eol}${indent}${property}${hasComma ? ',' : ''}${eol}${unit.repeat(path.length)}${closing}`;
}

function hasProperty(object: Node, key: string): boolean {
  return object.children?.some(({ children }) => children?.[0]?.value === key) ?? false;
}

/** What stands between the last property of an object and its end. */
function contentBetween(
  json: string,
  start: number,
  end: number,
): { readonly hasComma: boolean; readonly hasComment: boolean } {
  const found = { hasComma: false, hasComment: false };
  const isBetween = (offset: number): boolean => offset >= start && offset < end;
  visit(
    json,
    {
      onComment: (offset) => {
        if (isBetween(offset)) found.hasComment = true;
      },
      onSeparator: (character, offset) => {
        if (character === ',' && isBetween(offset)) found.hasComma = true;
      },
    },
    { allowTrailingComma: true },
  );
  return found;
}
