import { describe, expect, it } from 'vitest';
import { initialsOf, textColorOn } from './colors.ts';

describe('colors', () => {
  it.each([
    ['#ffffff', '#000'],
    ['#ffd23f', '#000'],
    ['#000000', '#fff'],
    ['#1f4d7a', '#fff'],
    ['#767676', '#000'],
  ])('puts a readable text on %s', (ground, text) => {
    expect(textColorOn(ground)).toBe(text);
  });

  it.each([
    ['Anna Berg', 'AB'],
    ['Nordlicht & Co', 'NC'],
    ['anna', 'A'],
    ['', ''],
  ])('makes initials of %s', (name, initials) => {
    expect(initialsOf(name)).toBe(initials);
  });
});
