"""The course in other languages: gettext catalogs of what the texts say."""
