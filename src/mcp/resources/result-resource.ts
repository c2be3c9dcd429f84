import { ResourceNotFoundError, ResourceTemplate, type McpServer } from '@modelcontextprotocol/server';
import type { Shown } from '../../report/fit-result.ts';
import { resultUri } from '../kept-results.ts';
import type { ToolEnvironment } from '../tool.ts';

/** Offers results of which something was left out, whole as data and in pages as text, to the caller whose they are. */
export function registerResultResource(server: McpServer, { results, limits }: ToolEnvironment): void {
  const found = (id: unknown, uri: URL): Shown => {
    const result = results.find(String(id));
    if (result !== undefined) return result;
    throw new ResourceNotFoundError(
      uri.href,
      'There is no such result, or no longer: they are kept for some minutes. Call the tool again.',
    );
  };
  server.registerResource(
    'result',
    // Not listed: whoever may read one was told its address.
    new ResourceTemplate(resultUri('{id}'), { list: undefined }),
    {
      title: 'A whole result',
      description: 'All of a result of which something was left out',
      mimeType: 'application/json',
    },
    (uri, { id }) => ({
      contents: [{ uri: uri.href, mimeType: 'application/json', text: JSON.stringify(found(id, uri).structured) }],
    }),
  );
  server.registerResource(
    'result-page',
    new ResourceTemplate(resultUri('{id}/{page}'), { list: undefined }),
    { title: 'A page of a whole result', description: 'The same as text, a piece at a time', mimeType: 'text/plain' },
    (uri, { id, page }) => {
      const pages = pagesOf(found(id, uri).text, limits.resultBytes);
      const text = /^[1-9]\d{0,8}$/.test(String(page)) ? pages[Number(page) - 1] : undefined;
      if (text === undefined) {
        throw new ResourceNotFoundError(
          uri.href,
          `There is no page ${String(page)}; there are pages 1 to ${pages.length}.`,
        );
      }
      const heading = `[Page ${String(page)} of ${pages.length}]\n`;
      return { contents: [{ uri: uri.href, mimeType: 'text/plain', text: heading + text }] };
    },
  );
}

/** A text in pieces of at most so many bytes, cut at ends of lines where there are any. */
export function pagesOf(text: string, bytes: number): string[] {
  const pages: string[] = [];
  const longest = Math.floor(bytes / maxBytes);
  for (let start = 0; start < text.length;) {
    const end = Math.min(text.length, start + longest);
    const lineEnd = end === text.length ? end : text.lastIndexOf('\n', end) + 1;
    const cut = lineEnd > start ? lineEnd : isHalf(text, end) ? end - 1 : end;
    pages.push(text.slice(start, cut));
    start = cut;
  }
  return pages;
}

/** Of one UTF-16 unit in UTF-8. */
const maxBytes = 3;

/** Whether a cut would part the two halves of a character. */
function isHalf(text: string, at: number): boolean {
  return /^[\uDC00-\uDFFF]/.test(text.slice(at, at + 1)) && /[\uD800-\uDBFF]$/.test(text.slice(at - 1, at));
}
