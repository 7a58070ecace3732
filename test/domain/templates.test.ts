import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { htmlToText, renderTemplate, renderText } from '../../domain/templates.js';

describe('HTML templates', () => {
  it('insert fields by name, in the original’s lower-case spelling, too', () => {
    const html = '<p>${displayName} / ${displayname} / ${sAMAccountName}</p>';

    assert.equal(
      renderTemplate(html, { displayName: 'Ann Lee', sAMAccountName: 'alee' }),
      '<p>Ann Lee / Ann Lee / alee</p>',
    );
  });

  it('leave unknown placeholders untouched and insert nothing for empty values', () => {
    assert.equal(
      renderTemplate('${nope} [${title}] [${city}] $x ${}', { title: '', city: null }),
      '${nope} [] [] $x ${}',
    );
  });

  it('escape values, so that no value becomes markup', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const rendered = renderTemplate('<p title="${x}">${x}</p>', { x: value });

        assert.equal((rendered.match(/[<>]/g) ?? []).length, 4);
        assert.equal((rendered.match(/"/g) ?? []).length, 2);
      }),
    );
  });

  it('do not expand placeholders that a value contains', () => {
    assert.equal(renderTemplate('${a}', { a: '${b}', b: 'secret' }), '${b}');
  });

  it('encode values inside of links', () => {
    const html = '<a href="https://example.com/?who=${email}&x=1">${email}</a>';

    assert.equal(
      renderTemplate(html, { email: 'a&b@example.com' }),
      '<a href="https://example.com/?who=a%26b%40example.com&x=1">a&amp;b@example.com</a>',
    );
  });

  it('accept only harmless schemes for a whole link', () => {
    const href = (link: string): string => renderTemplate("<a href='${link}'>open</a>", { link });

    assert.equal(href('https://example.com/?a=1&b=2'), "<a href='https://example.com/?a=1&amp;b=2'>open</a>");
    assert.equal(href('javascript:alert(1)'), "<a href='#'>open</a>");
    assert.equal(href(' JavaScript:alert(1)'), "<a href='#'>open</a>");
    assert.equal(renderTemplate('<img src=${link}>', { link: 'data:text/html,x' }), '<img src=#>');
  });

  it('keep line breaks out of subjects and do not escape them', () => {
    assert.equal(
      renderText('Hello ${name}', { name: "O'Hara\r\nBcc: x@example.com" }),
      "Hello O'Hara Bcc: x@example.com",
    );
  });

  it('become plain text with their links', () => {
    const text = htmlToText(
      '<h1>Welcome</h1><p>Open <a href="https://example.com/x">the page</a></p><img src="a.png">',
    );

    assert.match(text, /WELCOME/);
    assert.match(text, /the page \[https:\/\/example\.com\/x\]/);
    assert.doesNotMatch(text, /a\.png/);
  });
});
