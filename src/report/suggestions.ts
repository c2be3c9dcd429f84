/*
 * What Lean says to try, as data. A suggestion that is cut cannot be put in, so those that are too long are left out whole.
 */
import { z } from 'zod';
import { makeVisible } from '../core/visible-text.ts';
import type { Diagnostic } from '../lean/diagnostic.ts';
import { readSuggestions, saysTry } from '../lean/suggestions.ts';
import { plainObject, showSpan, spanSchema } from './result-parts.ts';

/** A suggestion in a structured result; its place is that of the message. */
export const suggestionSchema = spanSchema
  .extend({
    text: z.string().describe('To be put in, beginning at line and column'),
    remaining: z.array(z.string()).optional().describe('What it leaves to prove, where Lean tells'),
  })
  .meta(plainObject);
type ShownSuggestion = z.infer<typeof suggestionSchema>;

/** So many suggestions are told in a result, or of an attempt. */
const maxSuggestions = 32;
/** So many messages are looked at that say what to try, also when there is no suggestion in them. */
const maxMessages = 100;
/** Behind so many characters of them no further one is read. */
const maxRead = 256 * 1024;

/** The suggestions that fit, and how many more there are at least. */
interface FittedSuggestions {
  readonly suggestions: ShownSuggestion[];
  readonly omittedSuggestions: number;
}

/** Makes the suggestions in messages fit a number of characters, the first ones first. */
export function fitSuggestions(diagnostics: readonly Diagnostic[], limit: number): FittedSuggestions {
  const suggestions: ShownSuggestion[] = [];
  let omittedSuggestions = 0;
  let left = limit;
  let read = 0;
  for (const diagnostic of thoseRead(diagnostics)) {
    if (read > maxSuggestions) break;
    for (const { text, remaining } of readSuggestions(diagnostic, maxSuggestions + 1 - read)) {
      read += 1;
      const shown: ShownSuggestion = {
        text: makeVisible(text),
        ...showSpan(diagnostic),
        ...(remaining.length > 0 && { remaining: remaining.map(makeVisible) }),
      };
      const size = JSON.stringify(shown).length;
      if (size > left || suggestions.length === maxSuggestions) omittedSuggestions += 1;
      else {
        suggestions.push(shown);
        left -= size;
      }
    }
  }
  return { suggestions, omittedSuggestions };
}

/** Messages that say what to try, as many as can be read while others wait. */
function* thoseRead(diagnostics: readonly Diagnostic[]): Generator<Diagnostic, void, undefined> {
  let messages = 0;
  let characters = 0;
  for (const diagnostic of diagnostics) {
    if (!saysTry(diagnostic)) continue;
    if (messages === maxMessages || characters > maxRead) return;
    messages += 1;
    characters += diagnostic.message.length;
    yield diagnostic;
  }
}
