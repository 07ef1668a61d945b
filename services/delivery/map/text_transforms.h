#pragma once
// TextTransforms: what is done to a text on its way, in order.  Pure.
//
//   trim          no white space at the ends
//   one_line      trimmed, each run of white space and line breaks one space
//   lower, upper  small, capital letters
//   digits        nothing but the digits
//   given_name    of a whole name: "Jan" of "Jan van der Berg" and of "van der Berg, Jan"
//   family_name   "van der Berg"; of a single word nothing
//   domain        what stands behind the @ of an e-mail address
//   e164          a phone number as +4930123456; one without country code is of `region`

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace leadrelay::delivery {

class TextTransforms {
 public:
  static const std::vector<std::string>& Names();

  TextTransforms() = default;
  // Of Names(); others are passed over.  `region` is "DE", or empty.
  TextTransforms(const std::vector<std::string>& names, std::string region);

  struct Result {
    std::string text;  // May be empty.
    // Of the transform that the text is not fit for, and then there is no text.  Empty: none.
    std::string_view failed;
  };
  // `text` is UTF-8, and so is the result.
  Result Apply(std::string text) const;

  // What the last steps make of a text.  A result of Apply() stays as it is, so whatever does not
  // is never a result.  Nothing: they are not fit for it.
  std::optional<std::string> Settle(std::string text) const;

  bool empty() const { return steps_.empty(); }

 private:
  struct Step;
  std::vector<const Step*> steps_;
  std::string region_;
};

}  // namespace leadrelay::delivery
