package dev.touchstone.generate;

import java.util.List;
import java.util.Map;

/** What customers write beside their answers: by touchpoint, good or bad, Persian or English. */
final class Comments {
    /** Phrases of each kind. */
    static final int PHRASES = 4;

    private static final List<String> BAD_PERSIAN =
            List.of("راضی نبودم", "خیلی سخت و طولانی بود", "انتظار بیشتری داشتم", "کسی پاسخ درستی نداد");
    private static final List<String> BAD_ENGLISH =
            List.of("I was not satisfied", "it took too many steps", "I expected more", "nobody could answer");
    private static final List<String> GOOD_PERSIAN =
            List.of("خیلی خوب بود", "سریع و راحت انجام شد", "ممنون از برخورد خوبتان", "همه چیز عالی بود");
    private static final List<String> GOOD_ENGLISH =
            List.of("very good", "quick and easy", "friendly people", "all was great");

    private static final Map<String, List<String>> BAD_PERSIAN_OF = Map.of(
            "phone_support",
            List.of("انتظار پشت خط خیلی طولانی بود", "چند بار به بخش دیگر وصل شدم", "تماس قطع شد", "مشکلم حل نشد"),
            "returns",
            List.of("بازگشت پول هفته‌ها طول کشید", "کالای مرجوعی را نپذیرفتند", "فرم مرجوعی پیچیده بود", "راضی نبودم"),
            Retailer.DROPPING,
            List.of("صفحه پرداخت خطا داد", "پول دو بار کسر شد", "رمز پویا نرسید", "پرداخت انجام نشد"),
            Retailer.WEAK_IN_REGION,
            List.of("بسته دیر رسید", "بسته آسیب دیده بود", "پیک تماس نگرفت", "راضی نبودم"));
    private static final Map<String, List<String>> BAD_ENGLISH_OF = Map.of(
            "phone_support",
            List.of("waited too long on the phone", "was transferred twice", "the call dropped", "problem not solved"),
            "returns",
            List.of("the refund took weeks", "my return was refused", "the return form is confusing", "not satisfied"),
            Retailer.DROPPING,
            List.of("the payment page failed", "I was charged twice", "the one-time code never came", "payment failed"),
            Retailer.WEAK_IN_REGION,
            List.of("the parcel came late", "the parcel was damaged", "the courier did not call", "not satisfied"));

    private Comments() {}

    /** All phrases, by touchpoint, then bad and good, then English and Persian. */
    static String[] table() {
        return Retailer.TOUCHPOINTS.stream()
                .map(Retailer.Touchpoint::name)
                .flatMap(name -> java.util.stream.Stream.of(
                                BAD_ENGLISH_OF.getOrDefault(name, BAD_ENGLISH),
                                BAD_PERSIAN_OF.getOrDefault(name, BAD_PERSIAN),
                                GOOD_ENGLISH,
                                GOOD_PERSIAN)
                        .flatMap(List::stream))
                .toArray(String[]::new);
    }
}
