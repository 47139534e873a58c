// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The pages behind an acknowledge link, as a browser and a screen reader see them, and what no name
// may do to them.

#include "http/acknowledge_page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kpid::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

AlertWords alert() {
  AlertWords words;
  words.headline = "Red alert: Reserves as a share of income, St Example's";
  words.sentence = "St Example's: 3.1 % in 2024/25, below the limit of 5 %.";
  words.facts = {{"Since", "2023/24"}, {"Value", "3.1 %"}};
  words.what_to_do = "Tell the CFO within five working days.";
  words.red = true;
  return words;
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

TEST(AcknowledgePage, ShowsTheAlertAndAFormWithALabelForEachField) {
  NoteForm form;
  form.seen = "red";
  const Page page = form_page(alert(), form, "");
  EXPECT_EQ(page.status, 200U);
  EXPECT_THAT(page.body, StartsWith("<!DOCTYPE html>\n<html lang=\"en-GB\">"));
  EXPECT_THAT(page.body, HasSubstr("<title>Red alert: Reserves as a share of income, St "
                                   "Example&#39;s – kpid</title>"));
  EXPECT_THAT(page.body, HasSubstr("name=\"viewport\""));
  EXPECT_EQ(count_of(page.body, "<h1>"), 1U);
  EXPECT_THAT(page.body, HasSubstr("below the limit of 5 %."));
  EXPECT_THAT(page.body, HasSubstr("<dt>Since</dt><dd>2023/24</dd>"));
  EXPECT_THAT(page.body, HasSubstr("Tell the CFO within five working days."));
  EXPECT_THAT(page.body, HasSubstr("<form method=\"post\">"));
  for (const char* field : {"name", "note"}) {
    EXPECT_THAT(page.body, HasSubstr("<label for=\"" + std::string{field} + "\">"));
    EXPECT_THAT(page.body, HasSubstr(" id=\"" + std::string{field} + "\""));
  }
  EXPECT_THAT(page.body, HasSubstr("<legend>For how long?</legend>"));
  EXPECT_EQ(count_of(page.body, "type=\"radio\""), note_spans.size());
  EXPECT_EQ(count_of(page.body, " checked>"), 1U);
  EXPECT_THAT(page.body, HasSubstr("name=\"seen\" value=\"red\""));
  EXPECT_THAT(page.body, HasSubstr("<button type=\"submit\">I have seen this</button>"));
}

TEST(AcknowledgePage, HasNoScriptAndNothingFromElsewhere) {
  const AlertWords words = alert();
  for (const Page& page : {form_page(words, {}, "It got worse."), told_page(200, "A", "B", &words),
                           told_page(404, "A", "B")}) {
    for (const char* never : {"<script", "javascript:", "http:", "https:", "src=", "href=", "<link",
                              "@import", "url(", "onload", "style=\"", "action="}) {
      EXPECT_THAT(page.body, Not(HasSubstr(never)));
    }
  }
}

TEST(AcknowledgePage, NoNameBreaksOutOfItsPlace) {
  const std::string hostile = "</textarea></title><script>alert('x')</script>\"' onload=\"x&amp;";
  AlertWords words;
  words.headline = words.sentence = words.what_to_do = hostile;
  words.facts = {{hostile, hostile}};
  const NoteForm form{hostile, hostile, hostile, hostile};
  for (const Page& page :
       {form_page(words, form, hostile), told_page(200, hostile, hostile, &words)}) {
    EXPECT_THAT(page.body, Not(HasSubstr("<script")));
    EXPECT_THAT(page.body, Not(HasSubstr("' onload")));
    EXPECT_THAT(page.body, Not(HasSubstr("\"' ")));
    EXPECT_THAT(page.body, HasSubstr("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&#39; "
                                     "onload=&quot;x&amp;amp;"));
    EXPECT_EQ(count_of(page.body, "</title>"), 1U);
  }
  EXPECT_EQ(count_of(form_page(words, form, hostile).body, "</textarea>"), 1U);
}

TEST(AcknowledgePage, KeepsWhatWasTypedWhereSomethingIsToBeCorrected) {
  const Page page =
      form_page(alert(), {"J. Smith", "I ring them", "5 school days", "red"}, "Too long.", 400);
  EXPECT_EQ(page.status, 400U);
  EXPECT_THAT(page.body, HasSubstr("role=\"alert\">Too long.</p>"));
  EXPECT_THAT(page.body, HasSubstr("value=\"J. Smith\""));
  EXPECT_THAT(page.body, HasSubstr(">\nI ring them</textarea>"));
  EXPECT_THAT(page.body, HasSubstr("value=\"5 school days\" checked>"));
  EXPECT_EQ(count_of(page.body, " checked>"), 1U);
}

TEST(AcknowledgePage, ReadsWhatABrowserSends) {
  const auto form = read_note_form(
      "seen=red&name=Ann+O%27Neill%26Co&note=a%0D%0Ab%3Dc+%2B+d&span=5+school+days&more=x");
  ASSERT_TRUE(form);
  EXPECT_EQ(form->name, "Ann O'Neill&Co");
  EXPECT_EQ(form->note, "a\r\nb=c + d");
  EXPECT_EQ(form->span, "5 school days");
  EXPECT_EQ(form->seen, "red");
  const auto empty = read_note_form("");
  ASSERT_TRUE(empty);
  EXPECT_EQ(empty->name, "");
  EXPECT_EQ(read_note_form("name=Jos%C3%A9&name")->name, "") << "the last one counts";
}

TEST(AcknowledgePage, WhatIsNoFormIsNone) {
  for (const char* text : {"name=%", "name=%4", "name=%zz", "name=a b", "name=a\r\nb", "{\"a\":1}",
                           "name=\xff", "name=a#b"}) {
    EXPECT_FALSE(read_note_form(text)) << text;
  }
}

}  // namespace
}  // namespace kpid::http
