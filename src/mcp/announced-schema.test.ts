import { expect, it } from 'vitest';
import { z } from 'zod';
import { plainObject } from '../report/result-parts.ts';
import { announceInputs, announceOutputs, withoutHeaders } from './announced-schema.ts';

const place = z.looseObject({ line: z.int().min(1).max(9), column: z.int().min(0).max(9) });
const message = place.extend({ severity: z.enum(['error', 'hint']), text: z.string().describe('What Lean said') });

it('keeps of an argument what a caller can act on', () => {
  const input = z.strictObject({
    timeout: z.number().min(0.001).max(86_400).optional().describe('In seconds'),
    texts: z.array(z.string().max(9)).min(1).max(64),
    count: z.int().min(1).optional(),
    session: z.string().meta({ 'x-mcp-header': 'Session' }),
  });
  const announced = {
    type: 'object',
    properties: {
      timeout: { type: 'number', description: 'In seconds' },
      texts: { type: 'array', maxItems: 64, items: { type: 'string' } },
      count: { type: 'integer' },
      session: { type: 'string' },
    },
    required: ['texts', 'session'],
  };
  const session = { type: 'string', 'x-mcp-header': 'Session' };
  const withHeaders = announceInputs([{ input }]);
  expect(withHeaders).toEqual([{ ...announced, properties: { ...announced.properties, session } }]);
  expect(withHeaders.map(withoutHeaders)).toEqual([announced]);
});

it('tells what an argument means in the first tool that takes it', () => {
  const code = z.string().describe('Lean source');
  const text = z.string().describe('Lean source');
  const [, second] = announceInputs([
    { input: z.strictObject({ code, line: z.int().describe('From 1') }) },
    { input: z.strictObject({ code, line: z.int().describe('Of the first'), text }) },
  ]);
  expect(second?.['properties']).toEqual({
    code: { type: 'string' },
    line: { type: 'integer', description: 'Of the first' },
    text: { type: 'string', description: 'Lean source' },
  });
});

it('tells what results share in the first of them', () => {
  const first = z.looseObject({ messages: z.array(message).describe('Of Lean'), message });
  const second = z.looseObject({ messages: z.array(message).describe('Of others'), found: z.boolean() });
  const [told, other, third, same, part] = announceOutputs([
    { name: 'first', output: first },
    { name: 'second', output: second },
    { name: 'third', output: z.looseObject({ message, found: z.boolean(), own: z.string() }) },
    { name: 'fourth', output: first },
    { name: 'fifth', output: message },
  ]);
  expect(told).toEqual({
    type: 'object',
    properties: {
      messages: {
        type: 'array',
        description: 'Of Lean',
        items: {
          type: 'object',
          properties: {
            line: { type: 'integer' },
            column: { type: 'integer' },
            severity: { type: 'string', enum: ['error', 'hint'] },
            text: { type: 'string', description: 'What Lean said' },
          },
        },
      },
      message: { type: 'object' },
    },
  });
  expect(other?.['properties']).toEqual({
    messages: { type: 'array', description: 'Of others', items: { type: 'object' } },
    found: { type: 'boolean' },
  });
  expect(Object.keys(third?.['properties'] ?? {})).toEqual(['own']);
  expect(same).toEqual({ type: 'object', description: 'As of first' });
  expect(part).toEqual({ type: 'object', description: 'As in messages of first' });
});

it('tells only of some that they are objects', () => {
  const entry = place.extend({ text: z.string() }).meta(plainObject);
  const [told] = announceOutputs([{ name: 'first', output: z.looseObject({ entries: z.array(entry) }) }]);
  expect(told?.['properties']).toEqual({ entries: { type: 'array', items: { type: 'object' } } });
});

it('tells no part of what was told with more fields', () => {
  const [, second] = announceOutputs([
    { name: 'first', output: z.looseObject({ messages: z.array(message) }) },
    { name: 'second', output: z.looseObject({ place, other: place.extend({ text: z.string() }), found: z.boolean() }) },
  ]);
  expect(second?.['properties']).toEqual({
    place: { type: 'object' },
    other: { type: 'object' },
    found: { type: 'boolean' },
  });
});
