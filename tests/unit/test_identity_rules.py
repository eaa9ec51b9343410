"""Identity numbers, telephone numbers, plates, and the mask that hides them (ORG-03)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import identity, masking

pytestmark = pytest.mark.rule("ORG-03")

VALID = "11010519491231002X"


class TestIdCard:
	@pytest.mark.parametrize(
		"text", [VALID, VALID.lower(), " 110105 19491231 002x ", "１１０１０５１９４９１２３１００２Ｘ"]
	)
	def test_valid_numbers_are_kept_in_one_form(self, text):
		assert identity.id_card(text) == VALID

	@pytest.mark.parametrize(
		"text",
		[
			"110105194912310021",  # check digit
			"110105194913310028",  # month
			"1101051949123100",  # length
			"990105194912310025",  # place
			"abc",
			"",
			"3301**********1234",
		],
	)
	def test_what_cannot_be_a_number_is_refused(self, text):
		with pytest.raises(ValueError, match="identity"):
			identity.id_card(text)

	@given(st.text(max_size=40))
	def test_any_text_is_a_number_or_a_value_error(self, text):
		try:
			assert len(identity.id_card(text)) == 18
		except ValueError:
			pass

	@given(st.integers(0, 16), st.integers(1, 9))
	def test_one_wrong_digit_is_found(self, position, shift):
		digit = (int(VALID[position]) + shift) % 10
		with pytest.raises(ValueError, match="identity"):
			identity.id_card(VALID[:position] + str(digit) + VALID[position + 1 :])

	def test_gender_stands_in_the_number(self):
		assert identity.gender_of(VALID) == "Female"
		assert identity.gender_of("110105199001010015") == "Male"


class TestTelephone:
	@pytest.mark.parametrize(
		"text", ["13800138000", "138 0013 8000", "+86 138-0013-8000", "１３８００１３８０００"]
	)
	def test_mobile_numbers_are_kept_as_eleven_digits(self, text):
		assert identity.mobile(text) == "13800138000"

	def test_mobile_number_of_another_country(self):
		assert identity.mobile("+852 5123 4567") == "+85251234567"

	@pytest.mark.parametrize("text", ["021-58883333", "1380013800", "12345678901", "", "1e308", "张三", None])
	def test_what_is_no_mobile_number_is_refused(self, text):
		with pytest.raises(ValueError, match="number"):
			identity.mobile(text)

	@pytest.mark.parametrize(
		("text", "kept"),
		[
			("021-5888 3333", "02158883333"),
			("(0571)87654321", "057187654321"),
			("400-810-5119", "4008105119"),
			("13800138000", "13800138000"),
			("021-58883333转801", "02158883333-801"),
			("021-58883333-801", "02158883333-801"),
		],
	)
	def test_contact_numbers_may_be_landlines(self, text, kept):
		assert identity.phone(text) == kept

	@given(st.text(max_size=30))
	def test_any_text_is_a_number_or_a_value_error(self, text):
		try:
			assert identity.phone(identity.phone(text)) == identity.phone(text)
		except ValueError:
			pass


class TestPlate:
	@pytest.mark.parametrize(
		("text", "kept"),
		[
			("沪A·12345", "沪A12345"),
			("浙a 8k88x", "浙A8K88X"),
			("京A1234学", "京A1234学"),
			("粤B D12345", "粤BD12345"),  # new energy, small
			("粤B12345D", "粤B12345D"),  # new energy, large
			("苏E·Ａ12345", "苏EA12345"),
		],
	)
	def test_plates_are_kept_without_separators(self, text, kept):
		assert identity.plate(text) == kept

	@pytest.mark.parametrize(
		"text", ["A12345", "沪12345A", "沪A1234", "沪AI2345", "粤BZ12345", "沪A123456", ""]
	)
	def test_what_is_no_plate_is_refused(self, text):
		with pytest.raises(ValueError, match="plate"):
			identity.plate(text)


class TestMask:
	def test_shows_what_the_procedure_shows(self):
		assert masking.mask("330106199001011234") == "3301**********1234"

	@given(st.text(alphabet="0123456789X", min_size=1, max_size=30))
	def test_hides_at_least_half_and_keeps_the_length(self, number):
		mask = masking.mask(number)
		assert len(mask) == len(number)
		assert mask.count(masking.STAR) * 2 >= len(number)
		assert masking.is_masked(mask)
		assert masking.mask(mask) == mask

	@pytest.mark.parametrize("nothing", ["", None])
	def test_nothing_stays_nothing(self, nothing):
		assert masking.mask(nothing) == ""
		assert not masking.is_masked(nothing)
